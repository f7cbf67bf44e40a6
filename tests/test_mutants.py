"""The table of mutants (tests/mutants.yaml): each trap's wrong readings, caught by the cases of the rules.

`make mutants` runs all of them, those of modules in processes of their own; here run those of rules.
"""

from collections import Counter

import pytest

from readiness import app
from tools import mutants

TABLE = mutants.listed()
OF_RULES = [mutant for mutant in TABLE if mutant.file is None]


@pytest.mark.parametrize("mutant", OF_RULES, ids=lambda m: f"{m.rule}: {m.reading}")
def test_a_wrong_reading_of_a_rule_is_caught(mutant):
    assert mutants.caught(mutant)


def test_a_wrong_reading_of_a_module_can_be_put_in():
    for mutant in TABLE:
        if mutant.file:
            text = (mutants.ROOT / mutant.file).read_text(encoding="utf-8")
            assert mutant.put_in(text) != text


def test_every_trap_has_a_mutant_and_there_are_many():
    assert len(TABLE) >= 25
    assert min(Counter(mutant.trap for mutant in TABLE).values()) >= 1


def test_every_rule_that_ships_has_a_mutant_unless_it_asks_people():
    asked = {rule.id for rule in app.all_rules(tested=False).rules if rule.attest}
    assert {rule.id for rule in app.all_rules(tested=False).rules} - asked == {mutant.rule for mutant in TABLE}
