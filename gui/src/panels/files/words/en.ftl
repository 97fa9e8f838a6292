# Files between the two computers.
gui-files-button = Files
gui-files-to-user-title = Send you files
gui-files-to-user-line = You are asked about each, and choose the folder. Nothing that arrives is opened by itself.
gui-files-to-user-short = Send files
gui-files-to-user-helper = send files to the other computer
gui-files-from-user-title = Get files from you
gui-files-from-user-line = You pick each file. Your helper can't look into your folders by this.
gui-files-from-user-short = Get files
gui-files-from-user-helper = get files that the other person picks
gui-files-asks = Files are offered to you
gui-files-wishes = Your helper asks for a file
gui-files-yes = Receive
gui-files-no = Refuse
gui-files-other-folder = Another folder…
gui-files-typed-folder = Path of another folder
gui-files-bad-folder = It can't go there: { $why }.
gui-files-wish = Your helper asks for this file: { $name }
gui-files-wish-any = Your helper asks for a file.
gui-files-decline = Send none
gui-files-pick-what = Path, or drop a file here
gui-files-choose = Choose
gui-files-pick = Send to your helper
gui-files-forget = Don't send
gui-files-drop = Drop files or folders into this window to send them.
gui-files-what = Path to send or fetch
gui-files-send = Send
gui-files-fetch = Fetch
gui-files-pause = Pause
gui-files-resume = Go on
gui-files-cancel = Cancel
gui-files-progress = { $bytes } of { $total }
gui-files-progress-secs = { $bytes } of { $total }, { $speed } per second, { $secs } s left
gui-files-progress-minutes = { $bytes } of { $total }, { $speed } per second, { $minutes } min left
gui-files-paused = { $bytes } of { $total }, paused
gui-files-offered = { $title } ({ $files ->
        [one] one file
       *[other] { $files } files
    }, { $size })
gui-files-offered-waits = It begins when they say yes.
gui-files-arrived = { $title } has arrived.
gui-files-is-here = { $title } is in { $folder }.
gui-files-over = { $kept ->
        [0] { $title }: { $how }.
       *[other] { $title }: { $how }. Files that have arrived: { $kept }.
    }
gui-files-open-folder = Open folder
gui-files-browse = Browse…
gui-files-paste = Paste a picture
gui-files-picture-name = Picture { $time }.png
gui-files-picture-coming = The picture is being prepared.
gui-files-picture-about = { $width } × { $height } pixels, { $size }
gui-files-picture-send = Send picture
gui-files-picture-none = There is no picture to paste. Copy one first.
gui-files-picture-too-large = This picture is too large: more than four screens of 3840 × 2160 pixels.
gui-files-picture-broken = The picture can't be used on this computer.
gui-files-picture-not-allowed = Files may not be sent in this direction at the moment.
gui-files-picture-later = Too much is under way already; try again later.
gui-files-lost = A file is still on its way.
