# What this computer can do.
bench-introduction =
    Pictures of { $width } × { $height } are drawn, encoded, encrypted, decrypted and decoded here, one after the other, for about { $seconds } s. None of them shows your screen, and nothing leaves this computer.
    Of each two times half of the pictures took at most the first, and 95 of 100 at most the second.
bench-typing = Typing
bench-scrolling = Scrolling
bench-dragging = Dragging a window
bench-film = A film in a window
bench-slides = Slides
bench-user-yes = 30 pictures per second when you are helped: yes, { $needs } ms of { $has }.
bench-user-no = 30 pictures per second when you are helped: no, { $needs } ms instead of { $has }. This computer manages { $rate }.
bench-helper-yes = 30 pictures per second when you help: yes, { $needs } ms of { $has }.
bench-helper-no = 30 pictures per second when you help: no, { $needs } ms instead of { $has }. This computer manages { $rate }.
bench-page = A whole new picture is there after { $whole } ms, and the time that the network takes.
