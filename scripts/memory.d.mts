export const HEAP: readonly string[];
export const ARENAS: Readonly<Record<'MALLOC_ARENA_MAX', string>>;
