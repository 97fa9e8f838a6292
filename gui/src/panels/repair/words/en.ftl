# Mending the user's computer.

gui-repair-button = Repair
gui-repair-title = Propose repairs
gui-repair-line = End a program, move a file away, free space and the like. You are asked about each, and nearly all can be taken back.
gui-repair-short = Repair
gui-repair-helper = propose repairs, each of which they are asked about
gui-repair-asks = Your helper proposes a repair and waits for your answer.
gui-repair-none = Nothing is proposed. You will be asked about each repair.
gui-repair-yes = Yes, do it
gui-repair-no = No
gui-repair-stop = Stop
gui-repair-choose = What to propose
gui-repair-what = What exactly
gui-repair-propose = Propose it
gui-repair-wrong = That can't be understood. An example: { $example }
gui-repair-space = How much can be freed?
gui-repair-list = What was changed?
gui-repair-withdraw = Withdraw proposals
gui-repair-undo = Propose to take it back
gui-repair-take-back = Take it back
