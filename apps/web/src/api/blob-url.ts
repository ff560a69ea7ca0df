import { pathOf } from '@backlot/contract/client'
import { jobRoutes } from '@backlot/contract/routes/jobs'
import { storageRoutes } from '@backlot/contract/routes/storage'

/** Address of a stored file. `name` gives it its media type and the download its file name. */
export function blobUrl(sha256: string, name?: string): string {
  const path = pathOf(storageRoutes.readBlob, { sha256 })
  return name === undefined ? path : `${path}?${new URLSearchParams({ name: fileName(name) })}`
}

/** Thumbnails are always JPEG. */
export function thumbnailUrl(sha256: string): string {
  return blobUrl(sha256, 'thumbnail.jpg')
}

/** Address of the archive of everything that a job has made so far. */
export function archiveUrl(jobId: string): string {
  return pathOf(jobRoutes.downloadOutputs, { jobId })
}

/** The last part of a path inside a tree. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whether browsers show files of this name; OpenEXR and TIFF they don't. */
export function isShownByBrowsers(name: string): boolean {
  return /\.(png|jpe?g|webp)$/i.test(name)
}
