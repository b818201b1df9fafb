using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WorkflowFunctions.Api.Access;

/// <summary>Says in the description of the API who may call what.</summary>
internal static class AccessDescription
{
    /// <summary>The scope that an operation needs; operations that anyone may call have none.</summary>
    public const string ScopeExtension = "x-required-scope";

    private const string Scheme = "bearer";

    public static void AddTo(OpenApiOptions options)
    {
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Components ??= new OpenApiComponents();
            document.AddComponent(Scheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Scheme,
                Description = "A key of this system, or a token of the configured OpenID Connect provider. A server that is open on its "
                    + "own machine needs none.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().LastOrDefault() is not { Scope: { } scope })
            {
                operation.Security = [];
                return Task.CompletedTask;
            }

            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            operation.Extensions[ScopeExtension] = new JsonNodeExtension(JsonValue.Create(AccessScopes.Name(scope)));
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] },
            ];
            operation.Responses ??= [];
            foreach (var (status, description) in new[]
            {
                ("401", "Nobody is known by the key or token, or there is none"),
                ("403", "The scope does not allow it"),
                ("429", "Too many requests in a minute"),
            })
                operation.Responses.TryAdd(status, new OpenApiResponse { Description = description });
            return Task.CompletedTask;
        });
    }
}
