import { z } from 'zod'
import { route } from '../route.ts'
import { id, sha256 } from '../schemas/common.ts'
import {
  blobRef,
  createdTree,
  createTree,
  missingRequest,
  missingResponse,
  packMediaType,
  packResponse,
  readPackRequest,
  tree,
  uploadState,
} from '../schemas/storage.ts'

const write = { permission: 'files.upload', orAttempt: true } as const
const read = { permission: 'files.read', orAttempt: true } as const
const bytes = { binary: 'application/octet-stream' } as const

export const storageRoutes = {
  missingBlobs: route({
    method: 'POST',
    path: '/blobs/missing',
    summary: 'Which of these files storage does not have yet.',
    access: write,
    body: missingRequest,
    bodyLimit: 4_194_304, // 10,000 hashes with sizes are 1 MB
    response: missingResponse,
  }),
  putPack: route({
    method: 'POST',
    path: '/blobs/pack',
    summary: 'Send many small files in one body.',
    access: write,
    body: { binary: packMediaType },
    response: packResponse,
    errors: ['blob.malformed_pack', 'request.too_large', 'storage.disk_full'],
  }),
  beginUpload: route({
    method: 'POST',
    path: '/uploads',
    summary: 'Begin, or find again, the upload of one large file. The same hash gives the same upload.',
    access: write,
    body: blobRef,
    response: uploadState,
    errors: ['storage.disk_full'],
  }),
  putPart: route({
    method: 'PUT',
    path: '/uploads/{uploadId}/parts/{part}',
    summary: 'Send one part, from 0. Parts may come in any order and at the same time.',
    access: write,
    params: z.object({ uploadId: id, part: z.coerce.number().int().min(0).max(1_000_000) }),
    body: bytes,
    errors: ['upload.not_found', 'upload.part_invalid', 'storage.disk_full'],
  }),
  completeUpload: route({
    method: 'POST',
    path: '/uploads/{uploadId}/complete',
    summary: "Check the whole file's hash and make it visible.",
    access: write,
    params: z.object({ uploadId: id }),
    response: blobRef,
    errors: ['upload.not_found', 'upload.incomplete', 'blob.hash_mismatch', 'storage.disk_full'],
  }),
  readBlob: route({
    method: 'GET',
    path: '/blobs/{sha256}',
    summary: 'The bytes of a file. Ranges are supported.',
    access: read,
    params: z.object({ sha256 }),
    /** Gives the download its file name and, by its extension, pictures and videos their media type. */
    query: z.object({ name: z.string().max(255).optional() }),
    response: bytes,
    errors: ['blob.not_found', 'request.range_not_satisfiable'],
  }),
  readPack: route({
    method: 'POST',
    path: '/blobs/read',
    summary: 'Many small files in one answer, in no particular order: up to 16 MB.',
    access: read,
    body: readPackRequest,
    response: { binary: packMediaType },
    errors: ['blob.not_found', 'request.too_large'],
  }),
  createTree: route({
    method: 'POST',
    path: '/trees',
    summary: 'Lay out uploaded files as a tree. Every file must be in storage.',
    access: { permission: 'files.upload' },
    body: createTree,
    bodyLimit: 67_108_864, // 200,000 paths of 200 characters are 60 MB
    response: createdTree,
    errors: ['blob.not_found', 'tree.invalid_path'],
  }),
  useTree: route({
    method: 'POST',
    path: '/trees/{treeId}/use',
    summary: 'Whether storage has this tree, with all its files. It is kept from the clean-up for a while.',
    access: { permission: 'files.upload' },
    params: z.object({ treeId: sha256 }),
    response: createdTree,
    errors: ['tree.not_found'],
  }),
  readTree: route({
    method: 'GET',
    path: '/trees/{treeId}',
    summary: 'The files of a tree.',
    access: read,
    params: z.object({ treeId: sha256 }),
    response: tree,
    errors: ['tree.not_found'],
  }),
}
