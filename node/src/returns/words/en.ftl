# Tickets that are not used.
return-file-damaged = A return that was prepared on this computer is damaged or comes from another computer. It was removed; a new invite is needed.
return-file-open = A return that was prepared could be read by other users of this computer. It was removed; a new invite is needed.
return-file-early = The return of { $name } was dated in the future: this computer's clock was set back. It was removed; a new invite is needed.
return-file-over = The time in which { $name } could come back is over. A new invite is needed.
