"""By which name Confluence's code macro knows a language of Jira's editor.

Source: Atlassian's own converter (facts: confluence_adf.md §3.3). A language that is not here is shown without colours: the
macro refuses some names that it does not know.
"""

from __future__ import annotations

_OTHER_NAME = {
    "actionscript": "actionscript3",
    "c++": "cpp",
    "csharp": "c#",
    "erlang": "erl",
    "javascript": "js",
    "python": "py",
    "shell": "bash",
}
_SAME_NAME = {"abap", "ada", "arduino", "autoit", "bash", "c", "clojure", "coffeescript", "cpp", "css", "cuda"}
_SAME_NAME |= {"d", "dart", "delphi", "diff", "elixir", "fortran", "foxpro", "go", "groovy", "haskell", "haxe"}
_SAME_NAME |= {"html", "java", "js", "json", "julia", "kotlin", "latex", "livescript", "lua", "mathematica"}
_SAME_NAME |= {"matlab", "objective-c", "objective-j", "objectpascal", "ocaml", "octave", "perl", "php"}
_SAME_NAME |= {"powershell", "prolog", "puppet", "py", "qml", "r", "racket", "restructuredtext", "ruby", "rust"}
_SAME_NAME |= {"sass", "scala", "scheme", "smalltalk", "sql", "standardml", "swift", "tcl", "tex", "typescript"}
_SAME_NAME |= {"vala", "vbnet", "verilog", "vhdl", "xml", "xquery", "yaml"}


def code_language(name: str) -> str:
    """What the macro calls it; empty for no language that it knows."""
    plain = name.strip().lower()
    return _OTHER_NAME.get(plain) or (plain if plain in _SAME_NAME else "")
