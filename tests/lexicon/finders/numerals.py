from tallystick.extract.numerals import find_numerals
from tallystick.extract.words import Words


def find(text: str) -> list[tuple[str, int, int]]:
    words = Words.of(text)
    return [
        (rule.partition("/")[2], words[numeral.first].start, words[numeral.last].end)
        for numeral in find_numerals(words)
        for rule in numeral.rules
    ]
