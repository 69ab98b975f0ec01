import {
  locate,
  type Method,
  methods,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type PathItem,
  type Place,
  type Placed,
  type RequestBody,
  type Response,
} from "./document.ts";

/** An operation with all that belongs to it, wherever in the document that stands. */
export interface PlacedOperation {
  method: Method;
  path: string;
  at: Place;
  /** As the document has it: its parameters, body and responses may be references. */
  operation: Operation;
  /** The path's and the operation's own, which win. */
  parameters: Placed<Parameter>[];
  body: Placed<RequestBody> | undefined;
  /** By status, in the document's order. */
  responses: Map<string, Placed<Response>>;
}

/** An operation, as far as its name goes. */
interface NamedOperation {
  method: string;
  path: string;
  operation: Operation;
}

/** What an operation is called: its `operationId`, which a document may leave out, else its method and path. */
export function operationName({ method, path, operation }: NamedOperation): string {
  return operation.operationId ?? `${method} ${path}`;
}

/** Whether an operation is one of those that are asked for. */
export type IsWanted = (operation: Operation) => boolean;

const everyOne: IsWanted = () => true;

/**
 * The operations of a document that are asked for, in its order: all, unless told. Of the others nothing is resolved.
 * Throws `BrokenReference`; a document that was read has none.
 */
export function operationsOf(document: OpenApiDocument, isWanted: IsWanted = everyOne): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, ownItem]) => {
    const item = locate<PathItem>(document, ownItem as PathItem, ["paths", path]);
    // What stands beside the reference of a path belongs to the path too.
    const { $ref: _, ...beside } = ownItem;
    return Object.entries({ ...item.node, ...beside }).flatMap(([method, operation]) => {
      if (!isMethod(method) || !isWanted(operation as Operation)) return [];
      const at = method in beside ? ["paths", path, method] : [...item.at, method];
      return [placedOperation(document, { method, path, at, operation: operation as Operation }, item, ownItem)];
    });
  });
}

function placedOperation(
  document: OpenApiDocument,
  place: Pick<PlacedOperation, "method" | "path" | "at" | "operation">,
  item: Placed<PathItem>,
  ownItem: PathItem,
): PlacedOperation {
  const { path, at, operation } = place;
  const located = (parameters: PathItem["parameters"], holder: Place) =>
    (parameters ?? []).map((parameter, index) =>
      locate<Parameter>(document, parameter, [...holder, "parameters", index]),
    );
  const ofPath = ownItem.parameters
    ? located(ownItem.parameters, ["paths", path])
    : located(item.node.parameters, item.at);
  const own = located(operation.parameters, at);
  const isReplaced = (shared: Parameter) => own.some(({ node }) => isSameParameter(node, shared));
  return {
    ...place,
    parameters: [...ofPath.filter(({ node }) => !isReplaced(node)), ...own],
    body: operation.requestBody && locate<RequestBody>(document, operation.requestBody, [...at, "requestBody"]),
    responses: new Map(
      Object.entries(operation.responses).map(([status, response]) => [
        status,
        locate<Response>(document, response, [...at, "responses", status]),
      ]),
    ),
  };
}

/** Whether both are the same parameter of a request; the names of headers have no case. */
function isSameParameter(one: Parameter, other: Parameter): boolean {
  if (one.in !== other.in) return false;
  if (one.in === "header") return one.name.toLowerCase() === other.name.toLowerCase();
  return one.name === other.name;
}

function isMethod(key: string): key is Method {
  return (methods as readonly string[]).includes(key);
}

interface ApiOperation {
  api: string;
  method: string;
  path: string;
}

/** The operations of different APIs that have the same method and path, the names in it apart. */
export function collisionsOf<Known extends ApiOperation>(operations: Known[]): { one: Known; other: Known }[] {
  const taken = new Map<string, Known>();
  return operations.flatMap((operation) => {
    const key = `${operation.method} ${operation.path.replace(/\{[^}]*\}/g, "{}")}`;
    const one = taken.get(key);
    if (!one) taken.set(key, operation);
    return one && one.api !== operation.api ? [{ one, other: operation }] : [];
  });
}

/** Says which operations collide, why that cannot be, and what to do. */
export function collisionText(one: ApiOperation, other: ApiOperation): string {
  const place = ({ api, method, path }: ApiOperation) => `${api} (${method.toUpperCase()} ${path})`;
  return `${place(one)} and ${place(other)} have the same method and path, so one port cannot serve both: leave out ${one.api} or ${other.api}.`;
}
