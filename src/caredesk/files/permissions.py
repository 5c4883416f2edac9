"""What may be done with files."""

from caredesk.kernel.permissions import declare

declare("files.keep", "Keep a file: a scan, a photo or a letter.")
declare("files.rotate", "Wrap the keys of files anew with the newest one.", whose="programs")
