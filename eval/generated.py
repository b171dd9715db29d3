"""Invented reports for speed tests on machines that do not have the annotated data. Seeded: always the same."""

from __future__ import annotations

import random

PLACES = ["Varesk", "Port Halden", "the Ostrava road", "Khan Younis", "El Fasher", "Goma", "Kharkiv", "the capital"]
PEOPLE = [
    "The governor",
    "A spokesman",
    "Anna Lindqvist",
    "The committee",
    "Her deputy",
    "The minister",
    "Local residents",
]
QUIET = [
    "{p} said the budget would be discussed again when parliament returns from its recess.",
    "The orchestra opened its season in {l} with a programme that few in the audience had heard before.",
    "Rain is expected across the region, although forecasters were reluctant to say how long it would last.",
    "{p} told reporters that the talks had been useful and that another round was likely.",
    "Shares in the shipping company fell slightly after it lowered its outlook for the coming quarter.",
    "Critics of the plan argue that it does little for those who rent their homes in {l}.",
    "The team from {l} has not lost at home since the new coach arrived in the spring.",
    "{p} would not discuss the letter, which a reader had sent to two editors.",
    "A museum in {l} has returned a painting to the family from which it was taken decades ago.",
    "The ministry is reviewing the rules under which such licences are granted, a process that may take months.",
]
VIOLENT = [
    "At least {n} people were killed and {m} wounded when shells hit a market in {l} on Friday, {q} said.",
    "{p} put the number of dead at {n}, while the hospital in {l} counted {m} bodies.",
    "The defence ministry says that {n} more guards were posted to {l} in spring.",
    "Gunmen shot dead the harbour master of {l} overnight.",
    "The army said it had captured {n} fighters and destroyed {m} vehicles.",
    "Dozens of families were displaced, including {n} children, officials in {l} said.",
]


def reports(number: int, violent: float, words: int = 500, seed: int = 7) -> list[str]:
    """That many reports of about that many words; violent is the share of sentences about casualties."""
    chance = random.Random(seed)
    made = []
    for _ in range(number):
        sentences: list[str] = []
        size = 0
        while size < words:
            pattern = chance.choice(VIOLENT if chance.random() < violent else QUIET)
            sentence = pattern.format(
                p=chance.choice(PEOPLE),
                q=chance.choice(PEOPLE).lower(),
                l=chance.choice(PLACES),
                n=chance.randint(2, 90),
                m=f"{chance.randint(2, 9_000):,}",
            )
            sentences.append(sentence + ("\n\n" if chance.random() < 0.4 else " "))
            size += len(sentence.split())
        made.append("".join(sentences).strip())
    return made
