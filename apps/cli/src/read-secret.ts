import { CodedError } from '@backlot/base/errors'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** The password: the first line of stdin with `--password-stdin`, else asked for at the terminal without echo. */
export async function readPassword(fromStdin: boolean, prompt = 'Password: '): Promise<string> {
  if (!fromStdin && process.stdin.isTTY !== true) {
    throw new CodedError('cli.usage', 'There is no terminal to ask for the password at: give it with --password-stdin.')
  }
  if (fromStdin) return readSecretLine('password')
  process.stderr.write(prompt)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    for await (const line of lines) return line
    throw new CodedError('cli.usage', 'No password was given.')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

/** The first line of stdin, where no other process can read it. Throws `cli.usage` when there is none. */
export async function readSecretLine(what: string): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  try {
    for await (const line of lines) return line
    throw new CodedError('cli.usage', `No ${what} was given on stdin.`)
  } finally {
    lines.close()
  }
}
