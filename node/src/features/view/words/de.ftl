# Was zu sehen ist, wird gezeigt; gesagt wird dazu nichts.
