# Who is at the other end.
gui-meeting-button = Compare pictures
gui-meeting-title = Your helper
gui-meeting-title-helper = Who is at the other end
gui-meeting-of = { $name }’s computer ({ $system })
gui-meeting-of-name = { $name }’s computer
gui-meeting-of-system = Computer with { $system }
gui-meeting-ask = Do you both see these four pictures? Your helper finds theirs under “Talk”. If they are the same, this computer can know your helper again next time.
gui-meeting-matched = They matched
gui-meeting-ask-helper = Once the other person has said that they see the same four, this computer can know theirs again next time.
gui-meeting-ask-running = The other person finds theirs in the Beistand window. If they say that they see the same four, this computer can know theirs again next time.
gui-meeting-compared = ✔ They matched. This computer will know theirs again.
gui-meeting-about = They wrote what is wrong: “{ $about }”
gui-meeting-wrong = What is wrong, in their own words:
