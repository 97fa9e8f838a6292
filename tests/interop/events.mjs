// Events of this peer, one JSON object a line on standard output, as the project's own programs write them.

export function tell (event, fields = {}) {
  process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
}
