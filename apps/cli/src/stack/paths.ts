import { join, resolve } from 'node:path'

/** The checkout that this program runs from. */
export const checkout = resolve(import.meta.dirname, '../../../..')
export const serverEntry = join(checkout, 'apps/server/src/main.ts')
export const workerEntry = join(checkout, 'apps/worker/src/main.ts')
export const webFolder = join(checkout, 'apps/web')
