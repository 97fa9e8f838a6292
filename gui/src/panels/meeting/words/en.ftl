# Who is at the other end.
gui-meeting-button = Your helper
gui-meeting-of = { $name }’s computer ({ $system })
gui-meeting-of-name = { $name }’s computer
gui-meeting-of-system = Computer with { $system }
gui-meeting-ask = Did you both see the same four pictures? Then this computer can know your helper again next time.
gui-meeting-matched = They matched
gui-meeting-ask-helper = Once the other person has said that they see the same four, this computer can know theirs again next time.
gui-meeting-compared = ✔ They matched. This computer will know theirs again.
gui-meeting-about = They wrote what is wrong: “{ $about }”
gui-meeting-wrong = What is wrong, in their own words:
