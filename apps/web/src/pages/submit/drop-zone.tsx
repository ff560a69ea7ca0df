import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import { Icon } from '../../ui/icon.tsx'
import { ChooseFiles } from './choose-files.tsx'
import './drop-zone.css'

interface DropZoneProps {
  isDragging: boolean
  onFiles: (files: Promise<DroppedFile[]>) => void
}

/** Where it begins. Dropping works on the whole page; this is what shows it. */
export function DropZone({ isDragging, onFiles }: DropZoneProps) {
  return (
    <section className="drop-zone" data-dragging={isDragging || undefined} aria-labelledby="drop-zone-title">
      <span className="drop-zone-icon">
        <Icon name="upload" size={28} />
      </span>
      <h2 id="drop-zone-title" tabIndex={-1}>
        {isDragging ? 'Let go to look at it' : 'Drop a project folder or a .blend'}
      </h2>
      <p>
        See its scenes and every file that they need, and what is missing, before anything is sent. With the whole
        folder textures, libraries and caches are looked for as well.
      </p>
      <div className="drop-zone-buttons">
        <ChooseFiles folder tone="primary" onFiles={onFiles} />
        <ChooseFiles onFiles={onFiles} />
      </div>
      <p className="drop-zone-privacy">
        <Icon name="lock" size={14} />
        It is read in this browser only: nothing is uploaded, even where the browser calls choosing a folder that.
      </p>
    </section>
  )
}
