# The parts of a picture's way, and how long they take.
stage-capture = capturing
stage-encode = encoding
stage-queue = waiting to be sent
stage-network = on the network
stage-there = at the helper's
stage-before = until it arrives
stage-wait = waiting to be decoded
stage-decode = decoding
stage-paint = painting
stage-whole = altogether
stage-time = { $half } / { $most } ms
stage-row = { $stage } { $time }
stage-summary = How long the last { $count } pictures took (half of them / 95 of 100 within): { $rows }.
stage-none = No picture has been seen yet.
