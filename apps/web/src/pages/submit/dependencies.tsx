import { useState } from 'react'
import { formatBytes, formatCount, formatMany } from '../../format/numbers.ts'
import { formatDuration } from '../../format/time.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Button } from '../../ui/button.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import type { StateLook } from '../../ui/state-look.ts'
import {
  branchTotal,
  type Dependency,
  type DependencyReport,
  type DependencyState,
  hasProblem,
} from './dependency-tree.ts'
import './dependencies.css'

const rowsAtOnce = 50
/** So few libraries are shown with what they need; of more only those with something missing. */
const openLibraries = 3

const looks: Partial<Record<DependencyState, StateLook>> = {
  missing: { label: 'Missing', tone: 'bad', icon: 'alert' },
  partly: { label: 'Incomplete', tone: 'bad', icon: 'alert' },
  outside: { label: 'Not dropped', tone: 'warn', icon: 'info' },
  packed: { label: 'In the .blend', tone: 'good', icon: 'check' },
  unneeded: { label: 'Not there, not needed', tone: 'idle', icon: 'slash' },
}

/** Every file that the scene refers to, below the .blend that does. */
export function Dependencies({ report, seconds }: { report: DependencyReport; seconds: number }) {
  const { tree, files, bytes, missing, outside } = report
  return (
    <section className="panel dependencies" aria-labelledby="dependencies-title">
      <div className="dependencies-head">
        <h2 id="dependencies-title">What it needs</h2>
        <p className="numeric">
          <strong>{formatMany(files, 'file')}</strong>, {formatBytes(bytes)} with the scene itself
          {missing.length > 0 && (
            <>
              , <span className="dependencies-missing">{formatCount(missing.length)} missing</span>
            </>
          )}
          {outside.length > 0 && `, ${formatCount(outside.length)} not dropped`}
          <span className="muted">; found in {formatDuration(seconds)}</span>
        </p>
      </div>
      {tree.length === 0 ? (
        <p className="muted">Nothing besides the .blend itself: it refers to no other file.</p>
      ) : (
        <Branch dependencies={tree} label="Files of the scene" />
      )}
    </section>
  )
}

function Branch({ dependencies, label }: { dependencies: readonly Dependency[]; label: string }) {
  const [count, setCount] = useState(rowsAtOnce)
  const libraries = dependencies.filter(({ needs }) => needs !== undefined).length
  return (
    <>
      <ul className="dependency-list" aria-label={label}>
        {dependencies.slice(0, count).map((dependency) => (
          <li key={`${dependency.state} ${dependency.path}`}>
            <Entry dependency={dependency} isOpen={libraries <= openLibraries || hasProblem(dependency)} />
          </li>
        ))}
      </ul>
      {count < dependencies.length && (
        <p className="dependency-more">
          <Button size="s" onClick={() => setCount(count * 10)}>
            Show more ({formatCount(dependencies.length - count)} are left)
          </Button>
        </p>
      )}
    </>
  )
}

function Entry({ dependency, isOpen }: { dependency: Dependency; isOpen: boolean }) {
  const { needs, path } = dependency
  if (needs === undefined || needs.length === 0) {
    return (
      <div className="dependency">
        <Row dependency={dependency} />
      </div>
    )
  }
  return (
    <details className="dependency-branch" open={isOpen}>
      <summary className="dependency">
        <Row dependency={dependency} />
      </summary>
      <Branch dependencies={needs} label={`Files of ${path}`} />
    </details>
  )
}

function Row({ dependency }: { dependency: Dependency }) {
  const { path, kind, state, optional, usedBy, needs } = dependency
  const look = looks[state]
  const size = sizeText(dependency)
  return (
    <>
      <span className={`dependency-path dependency-${state}`} title={`Used by ${usedBy.slice(0, 10).join(', ')}`}>
        <Breakable text={path} />
      </span>
      <span className="dependency-about muted">
        {kind.replaceAll('_', ' ')}
        {optional && state !== 'unneeded' && ', optional'}
        {dependency.repeated && ', see above'}
        {needs !== undefined && needs.length > 0 && `, ${totalText(dependency)} with what it needs`}
      </span>
      <span className="dependency-state">
        {look !== undefined && <StateBadge look={look} plain />}
        {size !== '' && <span className="numeric">{size}</span>}
      </span>
    </>
  )
}

function totalText(dependency: Dependency): string {
  const { files, bytes } = branchTotal(dependency)
  return `${formatMany(files, 'file')}, ${formatBytes(bytes)}`
}

function sizeText({ state, sequence, files, absent, bytes }: Dependency): string {
  if (state === 'partly') return `${formatCount(files)} of ${formatMany(files + absent, 'file')}, ${formatBytes(bytes)}`
  if (state !== 'there') return ''
  return sequence ? `${formatMany(files, 'file')}, ${formatBytes(bytes)}` : formatBytes(bytes)
}
