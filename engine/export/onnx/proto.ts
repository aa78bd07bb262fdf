import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/**
 * The part of ONNX's protocol buffers (onnx/onnx.proto) that our graphs use, and its bytes. `onnxFields` holds the
 * numbers of the fields, for whoever reads such a file too.
 */
export const onnxFields = {
  model: {
    irVersion: 1,
    producer: 2,
    producerVersion: 3,
    documentation: 6,
    graph: 7,
    opset: 8,
    metadata: 14,
  },
  opset: { domain: 1, version: 2 },
  entry: { key: 1, value: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, type: 4, attribute: 5, domain: 7 },
  attribute: {
    name: 1,
    float: 2,
    int: 3,
    text: 4,
    tensor: 5,
    graph: 6,
    floats: 7,
    ints: 8,
    texts: 9,
    type: 20,
  },
  tensor: { dims: 1, type: 2, name: 8, raw: 9 },
  value: { name: 1, type: 2, documentation: 3 },
  type: { tensor: 1 },
  tensorType: { element: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1, name: 2 },
} as const;

/** TensorProto.DataType */
export const onnxTypes = {
  float: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;
export type OnnxType = keyof typeof onnxTypes;

/** AttributeProto.AttributeType */
const attributeTypes = { float: 1, int: 2, text: 3, graph: 5, floats: 6, ints: 7, texts: 8 } as const;

export type OnnxAttribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'graph'; readonly value: OnnxGraph };

export interface OnnxNode {
  readonly type: string;
  readonly name: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly number[];
  /** Little-endian. */
  readonly raw: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A text names a size that is known only when the model runs. */
  readonly shape: readonly (number | string)[];
  readonly documentation: string;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly producerVersion: string;
  readonly documentation: string;
  readonly graph: OnnxGraph;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a model file. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  const field = onnxFields.model;
  writer.tag(field.irVersion, WireType.Varint).int64(model.irVersion);
  text(writer, field.producer, model.producer);
  text(writer, field.producerVersion, model.producerVersion);
  text(writer, field.documentation, model.documentation);
  message(writer, field.graph, () => writeGraph(writer, model.graph));
  message(writer, field.opset, () => {
    text(writer, onnxFields.opset.domain, '');
    writer.tag(onnxFields.opset.version, WireType.Varint).int64(model.opset);
  });
  for (const [key, value] of Object.entries(model.metadata)) {
    message(writer, field.metadata, () => {
      text(writer, onnxFields.entry.key, key);
      text(writer, onnxFields.entry.value, value);
    });
  }
  return writer.finish();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  const field = onnxFields.graph;
  for (const node of graph.nodes) message(writer, field.node, () => writeNode(writer, node));
  text(writer, field.name, graph.name);
  for (const tensor of graph.initializers) {
    message(writer, field.initializer, () => writeTensor(writer, tensor));
  }
  for (const value of graph.inputs) message(writer, field.input, () => writeValue(writer, value));
  for (const value of graph.outputs) message(writer, field.output, () => writeValue(writer, value));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  const field = onnxFields.node;
  for (const input of node.inputs) text(writer, field.input, input);
  for (const output of node.outputs) text(writer, field.output, output);
  text(writer, field.name, node.name);
  text(writer, field.type, node.type);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, field.attribute, () => writeAttribute(writer, name, attribute));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: OnnxAttribute): void {
  const field = onnxFields.attribute;
  text(writer, field.name, name);
  writer.tag(field.type, WireType.Varint).int32(attributeTypes[attribute.kind]);
  switch (attribute.kind) {
    case 'float':
      writer.tag(field.float, WireType.Bit32).float(attribute.value);
      return;
    case 'int':
      writer.tag(field.int, WireType.Varint).int64(attribute.value);
      return;
    case 'text':
      text(writer, field.text, attribute.value);
      return;
    case 'floats':
      for (const value of attribute.value) writer.tag(field.floats, WireType.Bit32).float(value);
      return;
    case 'ints':
      for (const value of attribute.value) writer.tag(field.ints, WireType.Varint).int64(value);
      return;
    case 'texts':
      for (const value of attribute.value) text(writer, field.texts, value);
      return;
    case 'graph':
      message(writer, field.graph, () => writeGraph(writer, attribute.value));
      return;
  }
}

function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  const field = onnxFields.tensor;
  for (const size of tensor.dims) writer.tag(field.dims, WireType.Varint).int64(size);
  writer.tag(field.type, WireType.Varint).int32(onnxTypes[tensor.type]);
  text(writer, field.name, tensor.name);
  writer.tag(field.raw, WireType.LengthDelimited).bytes(tensor.raw);
}

function writeValue(writer: BinaryWriter, value: OnnxValue): void {
  text(writer, onnxFields.value.name, value.name);
  message(writer, onnxFields.value.type, () => {
    message(writer, onnxFields.type.tensor, () => {
      writer.tag(onnxFields.tensorType.element, WireType.Varint).int32(onnxTypes[value.type]);
      message(writer, onnxFields.tensorType.shape, () => {
        for (const size of value.shape) {
          message(writer, onnxFields.shape.dimension, () => {
            if (typeof size === 'string') text(writer, onnxFields.dimension.name, size);
            else writer.tag(onnxFields.dimension.value, WireType.Varint).int64(size);
          });
        }
      });
    });
  });
  text(writer, onnxFields.value.documentation, value.documentation);
}
