/** A storage server in a process of its own, for tests that kill it. Options as JSON in the only argument. */
import { startStorageServer, type StorageServerOptions } from './storage-server.ts'

const { url } = await startStorageServer(JSON.parse(process.argv[2] ?? '') as StorageServerOptions)
process.stdout.write(`${url}\n`)
process.stdin.resume().on('end', () => process.exit(0))
