import { formatBytes, formatCount, formatMany } from '../../format/numbers.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Picture } from '../../ui/picture.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import type { Chosen, CheckState } from './blend-check.ts'
import { fileName } from './main-file.ts'
import { countsText } from './scene-facts.ts'
import './checked-file.css'

type Known = Extract<CheckState, Chosen>

/** The .blend itself: its picture, who wrote it, what is in it, and a choice where several were dropped. */
export function CheckedFile({ state, onChoose }: { state: Known; onChoose: (path: string) => void }) {
  const { main, candidates, info } = state
  const thumbnail = info?.thumbnail
  const isUnknown = state.kind === 'checking' && info === undefined
  return (
    <section className="panel checked-file" aria-labelledby="checked-file-name">
      {(thumbnail !== undefined || isUnknown) && (
        <div className="checked-file-picture">
          {thumbnail === undefined ? (
            <Skeleton height="100%" />
          ) : (
            <Picture
              src={`data:${thumbnail.mime};base64,${thumbnail.base64}`}
              alt={`Thumbnail of ${fileName(main.path)}`}
            />
          )}
        </div>
      )}
      <div className="checked-file-text">
        <h2 id="checked-file-name" tabIndex={-1}>
          <Breakable text={fileName(main.path)} />
        </h2>
        {candidates.length > 1 && (
          <label className="checked-file-choice">
            <span>Main file, one of {formatMany(candidates.length, '.blend file')}</span>
            <select value={main.path} onChange={(event) => onChoose(event.target.value)}>
              {candidates.map(({ path, size }) => (
                <option key={path} value={path}>
                  {path} ({formatBytes(size)})
                </option>
              ))}
            </select>
          </label>
        )}
        <Facts
          entries={[
            [
              'Folder',
              candidates.length === 1 && main.path.includes('/') && (
                <Breakable key="folder" text={main.path.replace(/\/[^/]*$/, '')} />
              ),
            ],
            [
              'Size',
              <>
                {formatBytes(main.size)}
                {info && info.compression !== 'none' && `, compressed (${info.compression})`}
              </>,
            ],
            ['Saved', main.modified > 0 && <RelativeTime key="saved" at={new Date(main.modified).toISOString()} />],
            [
              'Blender',
              info && `${info.blenderVersion}${info.pointerSize === 4 || info.endian === 'big' ? oldKind(info) : ''}`,
            ],
            ['Picture', info !== undefined && thumbnail === undefined && 'none was saved in it'],
            [
              'Data-blocks',
              info && countsText(info.counts) + (info.linked > 0 ? `; ${formatCount(info.linked)} linked` : ''),
            ],
          ]}
        />
      </div>
    </section>
  )
}

function oldKind({ pointerSize, endian }: { pointerSize: number; endian: string }): string {
  return ` (${pointerSize * 8} bit, ${endian} endian)`
}
