# Tests on demand.

gui-checkup-button = Tests
gui-checkup-title = Test this computer
gui-checkup-line = Network, disk, memory, printer, sound. You see each test and can stop it.
gui-checkup-short = Test
gui-checkup-helper = test their computer
gui-checkup-choose = Choose a test
gui-checkup-what = What is to be tested
gui-checkup-start = Start
gui-checkup-stop = Stop the test
gui-checkup-none = No test is running
gui-checkup-begun = A test is running: { $test }
