/**
 * Lays a tree out in a folder with an empty cache, in a process of its own, as a worker does before it renders.
 * Arguments: server, token, tree, folder, folder of the cache.
 */
import { createClient } from '@backlot/contract/client'
import { BlobCache } from '@backlot/transfer/blob-cache'
import { materialise } from '@backlot/transfer/materialise'

const [server, token, treeId, folder, cacheFolder] = process.argv.slice(2) as [string, string, string, string, string]
const client = createClient({ server, headers: () => ({ authorization: `Bearer ${token}` }) })
const started = performance.now()
const { entries } = await client.readTree({ params: { treeId } })
const cache = new BlobCache({ folder: cacheFolder, limitBytes: Number.MAX_SAFE_INTEGER })
const { fetchedFiles } = await materialise(client, entries, folder, { cache })
process.stdout.write(JSON.stringify({ fetchedFiles, seconds: (performance.now() - started) / 1000 }))
