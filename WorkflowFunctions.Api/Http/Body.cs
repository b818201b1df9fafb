using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

/// <summary>
/// The JSON body of a request, checked against the schema of <typeparamref name="T"/>, so that everything that is wrong with it
/// is told at once.
/// </summary>
internal sealed record Body<T>(T Value, JsonElement Json) : IJsonBody, IEndpointParameterMetadataProvider
    where T : class
{
    private static readonly SettingsSchema s_schema = SettingsSchema.Of<T>();

    /// <summary>Reads the body.</summary>
    /// <exception cref="ApiException">It is not JSON, too large, or of another shape.</exception>
    public static async ValueTask<Body<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var json = (await JsonBody.BindAsync(context, parameter)).Json;
        var problems = Check(json);
        return problems.Count > 0 ? throw ApiException.Invalid(problems) : new Body<T>(Read(json), json);
    }

    /// <summary>Lists what is wrong with the shape of a body.</summary>
    public static IReadOnlyList<Problem> Check(JsonElement json) => [.. s_schema.Check(json, static _ => false)];

    /// <summary>Reads a body whose shape is right.</summary>
    public static T Read(JsonElement json) => json.Deserialize<T>(SettingsSchema.Json)!;

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(Metadata);

    /// <summary>Says in the description of the API what an endpoint takes.</summary>
    public static AcceptsMetadata Metadata { get; } = new(
        ["application/json"],
        typeof(T),
        isOptional: !typeof(T).GetProperties().Any(property => property.IsDefined(typeof(RequiredMemberAttribute))));
}
