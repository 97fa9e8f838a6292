# Wem jemand zuletzt geholfen hat.
past-of = { $name } ({ $system })
past-of-name = { $name }
past-of-system = Jemand mit { $system }
past-of-nobody = Jemand ohne Namen
