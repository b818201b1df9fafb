namespace WorkflowFunctions.Nodes.Models;

/// <summary>One image file.</summary>
/// <param name="Bytes">The file's bytes, at most 20 MB.</param>
/// <param name="MediaType">What the bytes are, for example <c>image/png</c>.</param>
public sealed record GeneratedImage(ReadOnlyMemory<byte> Bytes, string MediaType);
