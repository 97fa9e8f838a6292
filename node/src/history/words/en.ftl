# Whom somebody has helped lately.
past-of = { $name } ({ $system })
past-of-name = { $name }
past-of-system = Somebody with { $system }
past-of-nobody = Somebody without a name
