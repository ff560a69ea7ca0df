import { PassThrough } from 'node:stream'
import { Output } from '../output.ts'

/** An output that goes to real streams, which a test reads. */
export function captureOutput(json: boolean) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const textOf = (stream: PassThrough) => String((stream.read() as Buffer | null) ?? '')
  const output = new Output({
    json,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  })
  return { output, stdout: () => textOf(stdout), stderr: () => textOf(stderr) }
}
