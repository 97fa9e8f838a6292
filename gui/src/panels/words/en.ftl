# What all panels share.

panel-unseen = { $name } ({ $count })
panel-unknown-title = Something this version doesn't know
panel-unknown-line = It is safer not to allow this.
panel-unknown-short = Other
panel-unknown-helper = something newer
panel-group-look = Look into it
panel-group-mend = Repair
panel-group-talk = Talk
panel-group-more = More
