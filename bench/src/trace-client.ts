/** Traces a .blend in a process of its own and prints how many files it found. Argument: its path. */
import { traceFile } from '@backlot/blendfile/node/trace-file'

const { files, missing, errors } = await traceFile(process.argv[2] as string)
if (missing.length > 0 || errors.length > 0) throw new Error(`${missing.length} files are missing`)
process.stdout.write(String(files.length))
