import { serveBlendFiles } from '@backlot/blendfile/browser/worker'
import { zstdCodecs } from '@backlot/blendfile/browser/zstd-codecs'
import { ZSTDDecoder } from 'zstddec/stream'

serveBlendFiles(self, zstdCodecs(new ZSTDDecoder()))
