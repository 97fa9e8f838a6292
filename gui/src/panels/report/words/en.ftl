# Reports of the user's computer.

gui-report-button = Report
gui-report-title = See a report of this computer
gui-report-line = What is installed and running, and what is broken. You read it first and choose what is sent.
gui-report-short = Report
gui-report-helper = see a report of their computer, which they read first
gui-report-off = Your helper can't ask for a report of this computer.
gui-report-make-line = A report says what is broken on this computer. You see it first.
gui-report-make = Make a report
gui-report-making = The report is being made.
gui-report-choose = Only you see this so far. Untick what your helper should not see.
gui-report-send = Send to the helper
gui-report-drop = Don't send
gui-report-read = A report of this computer waits for you to read it.
gui-report-here = The report of the other computer is here.
gui-report-sent = The report was sent.
gui-report-none = No report was sent.
gui-report-not-allowed = They have not allowed a report.
gui-report-ask = Ask for a report
gui-report-awaited = They read the report first and decide whether to send it.
gui-report-save = Save as
gui-report-compare = Compare with the one before
