import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import { useState } from 'react'
import { CopyLine } from '../../ui/copy-line.tsx'
import { SelectField } from '../../ui/field.tsx'
import { orderedScenes } from './scenes.tsx'
import { submitCommand } from './submit-command.ts'

/** What to do with what was found. */
export function NextStep({ info, path, isWhole }: { info: BlendInfo; path: string; isWhole: boolean }) {
  const scenes = orderedScenes(info)
  const [scene, setScene] = useState(scenes[0]?.name)
  const other = scene === scenes[0]?.name ? undefined : scene
  const where = path.includes('/') ? `the folder that holds ${path.split('/')[0]}` : 'the folder that holds it'
  if (scenes.length === 0) return null
  return (
    <section className="panel next-step" aria-labelledby="next-step-title">
      <h2 id="next-step-title">Send it</h2>
      <p>
        A browser can't send a scene yet; a terminal can. Sign in once, then submit from {where}, or with the whole
        path:
      </p>
      <div className="next-step-commands">
        {scenes.length > 1 && (
          <SelectField
            label="Scene to render"
            options={scenes.map(({ name }) => ({ value: name, label: name }))}
            value={scene}
            onChange={(event) => setScene(event.target.value)}
          />
        )}
        <CopyLine prompt label="Command that signs in" text={`./backlot login --device --server ${location.origin}`} />
        <CopyLine prompt label="Command that submits this scene" text={submitCommand(path, { scene: other })} />
      </div>
      <p className="muted">
        {isWhole ? (
          'It looks at the same files again, on the disk, and sends only what the server does not have.'
        ) : (
          <>
            It looks on the whole disk, and stops when something is still missing; with <code>--ignore-errors</code> it
            goes on without.
          </>
        )}
      </p>
    </section>
  )
}
