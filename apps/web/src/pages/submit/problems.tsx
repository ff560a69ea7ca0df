import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import type { MissingFile, TraceProblem, TraceResult } from '@backlot/blendfile/trace/result'
import { errorTable } from '@backlot/contract/errors'
import { type ReactNode, useState } from 'react'
import { formatCount, formatMany } from '../../format/numbers.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { type DependencyReport, shownPath, userOf } from './dependency-tree.ts'
import { fileName } from './main-file.ts'
import './problems.css'

const linesAtOnce = 10

interface ProblemsProps {
  info: BlendInfo
  result: TraceResult
  report: DependencyReport
  /** No folder was dropped: other files can't be seen at all. */
  isLoose: boolean
  /** Offers to drop the folder. */
  chooseFolder: ReactNode
}

/** What would make the render fail or look wrong; silent while all is well. */
export function Problems({ info, result, report, isLoose, chooseFolder }: ProblemsProps) {
  const { missing, outside } = report
  const unfilmed = info.scenes.filter(({ camera }) => camera === null)
  return (
    <>
      {info.scenes.length > 0 && unfilmed.length === info.scenes.length && (
        <Notice
          tone="bad"
          icon="alert"
          title={`${unfilmed.length === 1 ? 'The scene has' : 'The scenes have'} no camera`}
        >
          <p>{errorTable['submit.no_camera'].advice}</p>
        </Notice>
      )}
      {missing.length > 0 && (
        <Notice tone="bad" icon="alert" title={`${formatMany(missing.length, 'file is', 'files are')} missing`}>
          <p>Put back what is gone, or correct the path in Blender, save, and drop the folder again.</p>
          <Lines items={missing}>
            {(file) => <Missing file={file} root={result.file} path={shownPath(file.path)} />}
          </Lines>
        </Notice>
      )}
      {result.errors.length > 0 && (
        <Notice
          tone="bad"
          icon="alert"
          title={`${formatMany(result.errors.length, 'file')} can't be read as ${result.errors.length === 1 ? 'it is' : 'they are'}`}
        >
          <ProblemLines problems={result.errors} />
        </Notice>
      )}
      {outside.length > 0 && isLoose && (
        <Notice
          tone="idle"
          icon="info"
          title={`It uses ${formatMany(outside.length, 'more file')}: drop the project folder to check ${outside.length === 1 ? 'it' : 'them'}`}
        >
          <p>A page sees only what is dropped on it, and that was {fileName(result.file)} without its folder.</p>
          <div className="problem-action">{chooseFolder}</div>
        </Notice>
      )}
      {outside.length > 0 && !isLoose && (
        <Notice
          tone="warn"
          icon="info"
          title={`${formatMany(outside.length, 'file lies', 'files lie')} outside of the folder, where a page can't look`}
        >
          <p>Drop a folder that holds {outside.length === 1 ? 'it' : 'them'} too, or let the command check the disk.</p>
          <Lines items={outside}>
            {(file) => <Missing file={file} root={result.file} path={file.usages[0]?.stored.toWellFormed() ?? ''} />}
          </Lines>
        </Notice>
      )}
      {result.warnings.length > 0 && (
        <Notice tone="warn" icon="alert" title={formatMany(result.warnings.length, 'warning')}>
          <ProblemLines problems={result.warnings} />
        </Notice>
      )}
    </>
  )
}

function Missing({ file, root, path }: { file: MissingFile; root: string; path: string }) {
  const users = Map.groupBy(file.usages, (usage) => usage.in)
  return (
    <>
      <span className="problem-path">
        <Breakable text={path} />
      </span>
      {[...users].map(([blend, usages]) => (
        <span key={blend} className="muted">
          used by {some([...new Set(usages.map(userOf))])}
          {blend !== root && ` in ${shownPath(blend)}`}
        </span>
      ))}
      {file.similar?.map((other) => (
        <span key={other}>did you mean {shownPath(other)}?</span>
      ))}
    </>
  )
}

function ProblemLines({ problems }: { problems: readonly TraceProblem[] }) {
  return (
    <Lines items={problems}>
      {({ path, code, message }) => (
        <>
          <span className="problem-path">
            <Breakable text={shownPath(path)} />
          </span>
          <span>{message.toWellFormed()}</span>
          <code className="muted">{code}</code>
        </>
      )}
    </Lines>
  )
}

/** The first few, and the rest for those who want it. */
function Lines<Item>({ items, children }: { items: readonly Item[]; children: (item: Item) => ReactNode }) {
  const [count, setCount] = useState(linesAtOnce)
  return (
    <>
      <ul className="problem-lines">
        {items.slice(0, count).map((item, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes
          <li key={index}>{children(item)}</li>
        ))}
      </ul>
      {count < items.length && (
        <div className="problem-action">
          <Button size="s" onClick={() => setCount(count * 10)}>
            Show more ({formatCount(items.length - count)} are left)
          </Button>
        </div>
      )}
    </>
  )
}

function some(names: readonly string[], most = 3): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${formatCount(names.length - most)} more`
}
