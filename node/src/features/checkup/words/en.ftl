# Tests on demand, in a terminal.
checkup-may = test
checkup-usage = This test is typed: test { $usage }
checkup-unknown = There is no such test. There are: { $names }. “test stop” stops.
checkup-not-allowed = No test is run: it is not allowed at the moment.
checkup-behind = No test is run: too many wait already.
checkup-helpers-only = Only your helper can start a test.
checkup-nothing = No test is running.
checkup-title-of = { $test } ({ $subject })
checkup-waiting = Asked for: { $test }
checkup-begun = Running: { $test }
checkup-begun-here = Your helper is running a test: { $test }. “test stop” stops it.
checkup-ended = { $test }: { $how }

# The tests.
checkup-test-ping = Answer time of a computer
checkup-test-trace = Way to a computer
checkup-test-dns = Looking up a name
checkup-test-http = Answer of a web server
checkup-test-ports = Open ports of a computer
checkup-test-throughput = Speed between both computers
checkup-test-disk = Speed of the disk
checkup-test-scan = Reading all files in a folder
checkup-test-memory = Free memory
checkup-test-cpu = Processor under load
checkup-test-printer = Test page
checkup-test-microphone = Microphone
checkup-test-speaker = Speaker

# How they end.
checkup-end-done = finished
checkup-end-stopped = stopped by the helper
checkup-end-stopped-by-user = stopped by the user
checkup-end-busy = not run, because too many tests wait
checkup-end-invalid = not run, because what was asked makes no sense
checkup-end-not-here = the computer lacks what the test needs
checkup-end-unreachable = the other computer can't be reached
checkup-end-unknown-name = the name is not known
checkup-end-timed-out = it took too long
checkup-end-disk-full = the disk is full
checkup-end-not-permitted = this user account may not do that
checkup-end-gone = it isn't there
checkup-end-broken = something went wrong
checkup-end-taken-back = stopped, because it is no longer allowed
checkup-end-path-lost = stopped, because the connection was lost

# What they find.
checkup-found-address = { $name } is { $address }
checkup-found-ping-way = Asked by { $way }
checkup-found-ping-reply = Answer { $number }: { $time } ms
checkup-found-ping-lost = Answer { $number }: lost
checkup-found-ping-summary = { $received } of { $sent } answers; shortest { $least } ms, mean { $mean } ms, longest { $most } ms
checkup-found-trace-hop = { $number }: { $address }, { $time } ms
checkup-found-trace-silent = { $number }: no answer
checkup-found-dns-answer = { $server } says { $addresses } ({ $time } ms)
checkup-found-dns-none = { $server } has no answer: { $code } ({ $time } ms)
checkup-found-dns-silent = { $server } doesn't answer
checkup-found-http-times = Name { $name } ms, connection { $connect } ms, encryption { $tls } ms, first byte { $first } ms
checkup-found-http-status = Status { $status } ({ $protocol })
checkup-found-certificate = Certificate { $number }: { $subject }, issued by { $issuer }, valid until { $until }
checkup-found-certificate-trusted = The certificate is trusted.
checkup-found-certificate-expired = The certificate is expired or not valid yet, or the clock is wrong.
checkup-found-certificate-unknown = The certificate's issuer isn't trusted on this computer.
checkup-found-certificate-other = The certificate belongs to another server.
checkup-found-certificate-bad = The certificate can't be used.
checkup-found-port-open = Port { $port } is open ({ $time } ms)
checkup-found-port-closed = Port { $port } is closed
checkup-found-port-silent = Port { $port } doesn't answer
checkup-found-from-user = From the user to the helper: { $rate } MB/s ({ $size } MB)
checkup-found-to-user = From the helper to the user: { $rate } MB/s ({ $size } MB)
checkup-found-disk-write = Writing: { $rate } MB/s ({ $size } MB)
checkup-found-disk-read = Reading: { $rate } MB/s ({ $size } MB)
checkup-found-disk-wrong = The disk returned wrong data, { $blocks } times.
checkup-found-scan-total = { $files } files with { $size } MB were read; { $unreadable } can't be read
checkup-found-scan-denied = Not permitted: { $file }
checkup-found-scan-broken = Can't be read: { $file }
checkup-found-scan-cut = There is more in this folder than is read.
checkup-found-memory = { $size } MB were tested; errors: { $wrong }
checkup-found-cpu = { $cores } cores computed { $rounds } rounds; errors: { $wrong }
checkup-found-printer = Printer: { $printer }
checkup-found-printer-job = The test page is in the printer's queue as { $job }. Is it printed?
checkup-found-microphone = Level of the microphone: peak { $peak }, mean { $mean } (of 1000)
checkup-found-microphone-silent = The microphone hears nothing at all.
checkup-found-speaker = A tone was played by { $program }. Could it be heard?
checkup-found-more = There is more, which isn't shown.

# The bar on the user's screen.
checkup-testing = Testing this computer
