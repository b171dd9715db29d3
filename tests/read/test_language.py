from __future__ import annotations

import pytest

from tallystick.read.language import language


@pytest.mark.parametrize(
    "text",
    [
        "At least 12 soldiers were killed near Sumy on Friday, the army said.",
        "AT LEAST 12 SOLDIERS WERE KILLED NEAR SUMY ON FRIDAY, THE ARMY SAID.",
        "Colonel Issa Traore denied that 60 men had died at Ansongo.",
    ],
)
def test_english_is_recognised_whatever_names_it_holds(text: str) -> None:
    assert language(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Au moins douze soldats ont été tués lundi dans la région de Gao, selon une source militaire.",
        "Mindestens zwölf Soldaten wurden am Montag getötet, wie ein Sprecher der Armee mitteilte.",
        "Щонайменше 12 військових загинули в п'ятницю поблизу Сум.",
        "قُتل 12 جنديًا في حلب يوم الجمعة.",
        "12 — 40 %",
    ],
)
def test_what_is_not_recognised_as_english_is_unknown(text: str) -> None:
    assert language(text) is None
