import { join } from 'node:path'

/**
 * What a Blender gets of our environment: names, and prefixes that end in `_`. Everything else stays out, tokens and
 * passwords first of all: a scene is somebody else's program.
 */
// prettier-ignore
const passed = [
  // Where the system is, and its language
  'LANG', 'LC_', 'TZ', 'SystemRoot', 'windir', 'SystemDrive', 'ComSpec', 'PATHEXT', 'ProgramData', 'ProgramFiles',
  'NUMBER_OF_PROCESSORS', 'PROCESSOR_', 'LD_LIBRARY_PATH',
  // A display: only old Blenders need one for EEVEE
  'DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR',
  // Graphics devices, and choosing among them
  'CUDA_', 'NVIDIA_', 'HIP_', 'ROCR_', 'GPU_', 'ONEAPI_', 'ZE_', 'SYCL_', 'VK_', 'LIBGL_', 'GALLIUM_', 'MESA_',
  'EGL_', '__EGL_', '__GLX_', 'CYCLES_',
  // Colour configuration, and where a studio keeps Blender's system files
  'OCIO', 'BLENDER_SYSTEM_', 'OMP_NUM_THREADS',
] as const

/** Nothing of a person's shell (pyenv, conda) comes first: Debian's Blender takes its Python by PATH, without numpy then. */
export const systemPath = {
  posix: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  darwin: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin',
}

export interface EnvironmentOptions {
  platform: NodeJS.Platform
  /** The environment to choose from. */
  from: Readonly<Record<string, string | undefined>>
  /**
   * Stands for the person's home. It is kept between runs: shader and kernel caches in it save 8 s of the first EEVEE
   * frame.
   */
  userFolder: string
  /** Of one process, deleted after it; Blender writes its crash log there. */
  tempFolder: string
}

/** The environment of a Blender process. */
export function blenderEnvironment({ platform, from, userFolder, tempFolder }: EnvironmentOptions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && passed.some((each) => (each.endsWith('_') ? name.startsWith(each) : name === each))) {
      env[name] = value
    }
  }
  const resources = join(tempFolder, 'blender')
  return {
    ...env,
    PATH:
      platform === 'win32' ? (from.PATH ?? from.Path) : platform === 'darwin' ? systemPath.darwin : systemPath.posix,
    HOME: userFolder,
    USERPROFILE: userFolder,
    APPDATA: join(userFolder, 'roaming'),
    LOCALAPPDATA: join(userFolder, 'local'),
    XDG_CACHE_HOME: join(userFolder, 'cache'),
    XDG_CONFIG_HOME: join(userFolder, 'config'),
    MESA_SHADER_CACHE_DIR: join(userFolder, 'cache', 'mesa'),
    TMPDIR: tempFolder,
    TEMP: tempFolder,
    TMP: tempFolder,
    BLENDER_USER_RESOURCES: join(userFolder, 'blender'),
    // Of this process alone: Blender runs what lies there at its start, so a scene's script could wait there for others.
    BLENDER_USER_CONFIG: join(resources, 'config'),
    BLENDER_USER_SCRIPTS: join(resources, 'scripts'),
    BLENDER_USER_EXTENSIONS: join(resources, 'extensions'),
    PYTHONNOUSERSITE: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
  }
}
