"""What all tests share: the built-in rule files, which no test changes, are parsed once a run."""

from readiness import assets, ruleset

_BUILT_IN = assets.rules().resolve()
_load_file = ruleset.load_file
_read = {}


def _load_once(path, shown=None, *, tested=True):
    if not path.is_relative_to(_BUILT_IN):
        return _load_file(path, shown, tested=tested)
    key = (path, shown, tested)
    if key not in _read:
        _read[key] = _load_file(path, shown, tested=tested)
    rule, problems, lint = _read[key]
    return rule, list(problems), list(lint)


ruleset.load_file = _load_once
