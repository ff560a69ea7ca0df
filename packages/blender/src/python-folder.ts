import { fileURLToPath } from 'node:url'

/** What runs inside Blender. `backlot_runtime` and `render_job.py` in it are all that rendering needs (GPL). */
export const pythonFolder = fileURLToPath(new URL('../python', import.meta.url))
