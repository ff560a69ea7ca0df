/**
 * Uploads a folder as a tree, in a process of its own, as `backlot submit` does after it has traced. Arguments: server,
 * token, folder, file of the hash cache.
 */
import { glob } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { createClient } from '@backlot/contract/client'
import { HashCache } from '@backlot/transfer/hash-cache'
import { uploadTree } from '@backlot/transfer/upload'

const [server, token, folder, cacheFile] = process.argv.slice(2) as [string, string, string, string]
const client = createClient({ server, headers: () => ({ authorization: `Bearer ${token}` }) })
const found = await Array.fromAsync(glob('**/*', { cwd: folder, withFileTypes: true }))
const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
using cache = new HashCache(cacheFile)
const entries = files.map((file) => ({ file, path: relative(folder, file).replaceAll(sep, '/') }))
const { sentFiles, skippedFiles, seconds } = await uploadTree(client, entries, { cache })
process.stdout.write(JSON.stringify({ sentFiles, skippedFiles, seconds }))
