using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Keys;

/// <summary><c>/api/keys</c>. Nobody makes, sees or revokes a key that reaches further than its own.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Access");
        keys.MapPost("", CreateAsync)
            .For(AccessScope.Admin)
            .WithSummary("Make a key")
            .WithDescription("The answer shows the key this one time; only a hash is kept.")
            .BodyProblems();
        keys.MapGet(
                "",
                static (Caller caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
                    keys.ListAsync(caller.Workspaces, cancellationToken))
            .WithName("key_list")
            .For(AccessScope.Admin)
            .WithSummary("List keys, newest first, with when they were used last")
            .WithDescription("Those that reach no further than the caller, revoked ones too.")
            .Problems();
        keys.MapDelete("/{id}", RevokeAsync)
            .For(AccessScope.Admin)
            .WithSummary("Revoke a key")
            .WithDescription("It does not work from now on. Its row stays.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<Created<CreatedKey>> CreateAsync(
        Body<KeyRequest> body, Caller caller, ApiKeyStore keys, CancellationToken cancellationToken)
    {
        var request = body.Value;
        // What is not said is not granted: without workspaces, those of the caller.
        var workspaces = request.Workspaces ?? caller.Workspaces;
        if (!caller.Covers(workspaces))
            throw ApiException.Invalid(UnknownWorkspaces(workspaces!.Where(workspace => !caller.Covers([workspace]))));
        if (workspaces is not null && await keys.FindUnknownWorkspacesAsync(workspaces, cancellationToken) is { Count: > 0 } unknown)
            throw ApiException.Invalid(UnknownWorkspaces(unknown));
        if (request.Queues is not null && request.Scope != "work")
        {
            throw ApiException.Invalid(new Problem(
                "/queues", $"A key with the scope '{request.Scope}' is bound to no queues.", "queues with the scope work only"));
        }

        var secret = ApiKeySecret.New();
        var row = await keys.CreateAsync(
            new ApiKeyRow
            {
                Id = Ids.New("key"),
                Name = request.Name,
                Scope = request.Scope,
                Workspaces = workspaces,
                Groups = request.Groups,
                Queues = request.Queues,
                CreatedBy = caller.Name,
            },
            secret,
            cancellationToken);
        return TypedResults.Created((string?)null, new CreatedKey(row, secret));
    }

    private static async Task<ApiKeyRow> RevokeAsync(string id, Caller caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(id, caller.Workspaces, cancellationToken) ?? throw ApiException.NotFound("key", id);

    private static IReadOnlyList<Problem> UnknownWorkspaces(IEnumerable<string> ids) =>
        [.. ids.Select(id => new Problem("/workspaces", $"There is no workspace '{id}'.", "ids of workspaces"))];
}

/// <summary>Asks for a key.</summary>
internal sealed record KeyRequest
{
    /// <summary>Whose it is, or what it is for.</summary>
    [Description("Whose it is, or what it is for; what its caller does is recorded under this name"), MinLength(1)]
    public required string Name { get; init; }

    /// <summary>What it allows.</summary>
    [Description(
        "What it allows: to do tasks and nothing else (work), or to read, run or admin, of which each includes the ones before it")]
    [AllowedValues("work", "read", "run", "admin")]
    public string Scope { get; init; } = "read";

    [Description("The workspaces that it reaches; those of the caller unless given")]
    public IReadOnlyList<string>? Workspaces { get; init; }

    [Description("The groups that its owner belongs to: tasks for them are the owner's too")]
    public IReadOnlyList<string>? Groups { get; init; }

    [Description("With the scope work: the queues that it takes tasks from; all unless given"), MinLength(1)]
    public IReadOnlyList<string>? Queues { get; init; }
}

/// <summary>A key that has just been made, with what is shown this one time.</summary>
internal sealed record CreatedKey : ApiKeyRow
{
    [SetsRequiredMembers]
    internal CreatedKey(ApiKeyRow row, string key)
        : base(row) => Key = key;

    /// <summary>The key itself. It is not kept, and cannot be shown again.</summary>
    [JsonPropertyOrder(1)]
    public string Key { get; init; }
}
