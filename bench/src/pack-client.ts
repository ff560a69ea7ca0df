/**
 * Packs a .blend in a process of its own, as `backlot pack` does. Arguments: the .blend, its project's root, `zip` or
 * `project`, where the pack goes, the file of the cache of hashes. Prints the path of the .blend in the pack.
 */
import { pack } from '@backlot/packing/pack'
import { HashCache } from '@backlot/transfer/hash-cache'

const [file, root, mode, out, hashes] = process.argv.slice(2) as [string, string, 'zip' | 'project', string, string]
using cache = new HashCache(hashes)
const { mainFile } = await pack({ file, root, mode, out }, { cache })
process.stdout.write(mainFile)
