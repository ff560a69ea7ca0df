import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import type { SceneInfo } from '@backlot/blendfile/inspect/scene'
import { useState } from 'react'
import { formatCount } from '../../format/numbers.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { engineName, framesText, sizeText } from './scene-facts.ts'
import './scenes.css'

const scenesAtOnce = 5

/** Scenes of the file; the one that is rendered when none is named comes first. */
export function Scenes({ info }: { info: BlendInfo }) {
  const [count, setCount] = useState(scenesAtOnce)
  const scenes = orderedScenes(info)
  if (scenes.length === 0) return <p className="panel muted">There is no scene in it: a library, probably.</p>
  return (
    <>
      {scenes.slice(0, count).map((scene) => (
        <Scene key={scene.name} scene={scene} isActive={scenes.length > 1 && scene.name === info.activeScene} />
      ))}
      {count < scenes.length && (
        <Button onClick={() => setCount(count * 10)}>
          Show more scenes ({formatCount(scenes.length - count)} are left)
        </Button>
      )}
    </>
  )
}

export function orderedScenes({ scenes, activeScene }: BlendInfo): SceneInfo[] {
  const rank = ({ name }: SceneInfo) => (name === activeScene ? 0 : 1)
  return scenes.toSorted((a, b) => rank(a) - rank(b))
}

function Scene({ scene, isActive }: { scene: SceneInfo; isActive: boolean }) {
  const { name, fps, engine, camera, viewLayers, output } = scene
  return (
    <section className="panel" aria-label={`Scene ${name}`}>
      <h2 className="scene-name">
        <Breakable text={name} />
        {isActive && <span className="scene-active">rendered unless another is named</span>}
      </h2>
      <Facts
        entries={[
          ['Frames', framesText(scene)],
          ['Rate', `${fps} fps`],
          ['Engine', engineName(engine)],
          ['Size', sizeText(scene)],
          ['Camera', camera === null ? <NoCamera key="none" /> : camera],
          ['View layers', viewLayers.length > 0 && viewLayers.join(', ')],
          ['Output', output !== '' && <Breakable key="output" text={output.toWellFormed()} />],
        ]}
      />
    </section>
  )
}

function NoCamera() {
  return (
    <span className="tone-bad scene-fault">
      <Icon name="alert" size={14} />
      none: it can't be rendered
    </span>
  )
}
