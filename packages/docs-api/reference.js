/**
 * Builds the API reference in docs/api. With `--check` it writes nothing. Both fail if a public export, or a member of one,
 * has no documentation comment.
 *
 * Members of anonymous types (`{ verdict: 'accepted'; … }` within a union) need none: the union's own comment explains them.
 */
import { Application, ReflectionKind, TypeDocReader, UnknownType } from 'typedoc';

const DOCUMENTED =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable |
  ReflectionKind.Property |
  ReflectionKind.Method |
  ReflectionKind.Accessor;

const app = await Application.bootstrapWithPlugins(
  { options: new URL('typedoc.json', import.meta.url).pathname },
  [new TypeDocReader()],
);
const project = await app.convert();
if (!project) throw new Error('typedoc could not read the packages');
// XState infers pages of type arguments for a machine. They help no reader.
for (const one of project.getReflectionsByKind(ReflectionKind.Variable))
  if (/Machine$/.test(one.name)) one.type = new UnknownType('StateMachine<…>');
app.validate(project);

const missing = project
  .getReflectionsByKind(DOCUMENTED)
  .filter((reflection) => !isAnonymous(reflection) && !isDocumented(reflection))
  .map((reflection) => reflection.getFullName());
for (const name of missing) console.error(`no documentation comment: ${name}`);
if (!process.argv.includes('--check')) await app.generateOutputs(project);
if (missing.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) {
  console.error(`API reference: ${missing.length} public names without a documentation comment`);
  process.exitCode = 1;
} else console.log('API reference: every public name has a documentation comment');

function isAnonymous(reflection) {
  for (let one = reflection.parent; one; one = one.parent) if (one.name === '__type') return true;
  return false;
}

/** A function has its comment on its signature; an inherited member has that of its base. */
function isDocumented(reflection) {
  if (reflection.inheritedFrom || reflection.flags.isExternal) return true;
  const signatures = [
    ...(reflection.signatures ?? []),
    ...(reflection.type?.declaration?.signatures ?? []),
    ...(reflection.getSignature ? [reflection.getSignature] : []),
  ];
  return reflection.hasComment() || signatures.some((one) => one.hasComment());
}
