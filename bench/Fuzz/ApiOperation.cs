using System.Text.Json;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>An operation of an OpenAPI document.</summary>
/// <param name="Method">The method in capitals.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Parameters">The parameters of path, query and header.</param>
/// <param name="Body">The schema of a JSON body; null for none.</param>
public sealed record ApiOperation(string Method, string Path, IReadOnlyList<ApiParameter> Parameters, JsonElement? Body)
{
    /// <summary>What people call it.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>The operations of a document.</summary>
    public static IReadOnlyList<ApiOperation> ReadAll(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Name is "get" or "post" or "put" or "delete" or "patch"
           select new ApiOperation(operation.Name.ToUpperInvariant(), path.Name, ParametersOf(operation.Value), BodyOf(operation.Value)),
    ];

    private static IReadOnlyList<ApiParameter> ParametersOf(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Where(parameter => parameter.TryGetProperty("name", out _)).Select(ApiParameter.Read)]
            : [];

    private static JsonElement? BodyOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").TryGetProperty("application/json", out var json)
        && json.TryGetProperty("schema", out var schema)
            ? schema
            : null;
}

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Schema">What it may be.</param>
public sealed record ApiParameter(string Name, string Place, JsonElement Schema)
{
    internal static ApiParameter Read(JsonElement parameter) => new(
        parameter.GetProperty("name").GetString()!,
        parameter.GetProperty("in").GetString()!,
        parameter.TryGetProperty("schema", out var schema) ? schema : default);
}
