"""All messages of the checks as a markdown page."""

from __future__ import annotations

from itertools import groupby

from clusterpool.language import Domain, Language, phrases
from clusterpool.messages.identity import MessageId

_HEAD = (
    "# Messages of the checks\n\n"
    "Made from the catalogues (`clusterpool.messages.message_list`); do not edit by hand. An error stops the work, a\n"
    "warning is probably not meant, a hint is worth a look. Ids stay as they are from version to version. Words in\n"
    "braces are filled in; some repairs are replaced by a nearer one, such as `did you mean 'film'?`.\n"
)


def message_list(language: Language = Language.ENGLISH) -> str:
    """Every message with its id, severity, problem and repair, by the part of the input that it speaks of."""
    words = phrases(Domain.CHECKS, language)
    parts = [_HEAD]
    for subject, messages in groupby(MessageId, key=lambda message: message.value.partition(".")[0]):
        parts += [f"## {subject}\n", "| id | severity | problem | repair |", "|---|---|---|---|"]
        for message in messages:
            cells = (f"`{message.value}`", message.severity.value, words[message.problem], words[message.repair])
            parts.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        parts.append("")
    return "\n".join(parts)
