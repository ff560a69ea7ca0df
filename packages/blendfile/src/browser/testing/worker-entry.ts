/** What an application's worker file looks like, but for the zstd decoder, which is the application's choice. */
import { webCodecs } from '../../codecs.ts'
import type { Port } from '../protocol.ts'
import { serveBlendFiles } from '../worker.ts'

declare const self: Port

serveBlendFiles(self, webCodecs)
