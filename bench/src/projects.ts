import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type SceneMaker, startSceneMaker } from '@backlot/tests/scenes'
import type { BenchmarkOptions } from './benchmark.ts'

/** A project that Blender wrote. */
export interface Project {
  /** Its root folder. */
  folder: string
  /** The scene. */
  file: string
  /** In words. */
  what: string
  /** Files that the scene needs, without itself. */
  expected: number
}

/** One large scene, plain and in zstd. Its pictures are in a folder beside the one that it is in. */
export interface Hall extends Project {
  zstd: string
}

/** The projects of `trace` and `pack`: each is written once in a run, when it is first asked for. */
export class Projects implements AsyncDisposable {
  readonly #options: Pick<BenchmarkOptions, 'quick' | 'note'>
  #maker: Promise<SceneMaker> | undefined
  #hall: Promise<Hall> | undefined
  #shelf: Promise<Project> | undefined

  constructor(options: Pick<BenchmarkOptions, 'quick' | 'note'>) {
    this.#options = options
  }

  maker(): Promise<SceneMaker> {
    // BAT 1.23 does not follow into the libraries of 5.0's files.
    return (this.#maker ??= startSceneMaker(({ version }) => version.startsWith('4.')))
  }

  hall(): Promise<Hall> {
    return (this.#hall ??= this.#makeHall())
  }

  shelf(): Promise<Project> {
    return (this.#shelf ??= this.#makeShelf())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#maker?.catch(() => undefined))?.remove()
  }

  /** An object with its mesh is 18 blocks and 45 KB in 4.5. */
  async #makeHall(): Promise<Hall> {
    const { quick, note } = this.#options
    const maker = await this.maker()
    const [objects, images] = quick ? [1100, 200] : [11_000, 2000]
    const size = `${objects} objects and ${images} images`
    note(`writing a file of ${size} with Blender ${maker.blender.version}, plain and in zstd`)
    const folder = join(maker.folder, 'hall')
    const file = await maker.make('hall', { folder, objects, images, side: 21 })
    const what = `one file of ${megabytes((await stat(file)).size)}, ${images} images`
    return { folder, file, zstd: file.replace('.blend', '-zstd.blend'), what, expected: images }
  }

  /** One of the images of each library is a sequence. */
  async #makeShelf(): Promise<Project> {
    const { quick, note } = this.#options
    const maker = await this.maker()
    const libraries = quick ? 20 : 200
    const [images, frames] = [5, 11]
    const expected = libraries * (images + frames)
    note(`writing a scene that needs ${expected} files with Blender ${maker.blender.version}`)
    const folder = join(maker.folder, 'shelf')
    const file = await maker.make('shelf', { folder, libraries, images, frames })
    const what = `root + ${libraries} libraries + ${libraries * images} images, ${expected} files`
    return { folder, file, what, expected }
  }
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
