using System.Text.Json;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Templates;

/// <summary>A template that someone wants to save: read, with everything that is wrong with it.</summary>
internal sealed class TemplateDraft
{
    private static readonly JsonElement s_noEdges = JsonElement.Parse("[]");

    private readonly JsonElement _json;

    /// <summary>Reads a template, as a file or under column names.</summary>
    public TemplateDraft(JsonElement json, NodeCatalog catalog)
    {
        _json = json;
        var problems = new List<Problem>(Body<TemplateRequest>.Check(json).Select(Refusal));
        if (json.ValueKind == JsonValueKind.Object)
        {
            problems.AddRange(GivenTwice().Select(Refusal));
            problems.AddRange(GraphReader.Read(new WorkflowFile(Find("nodes"), Find("edges")), catalog).Problems.Select(AsSent));
        }

        Problems = problems;
    }

    /// <summary>What is wrong with it; pointers are into the body as it was sent.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>What keeps it from being run; null for nothing. It is saved all the same.</summary>
    public IReadOnlyList<Problem>? RunProblems => Problems.Count > 0 ? Problems : null;

    /// <summary>Who saves it, and why.</summary>
    public Save SavedBy(Caller caller) => new(caller.Name, Has("message", out var message) ? message.GetString() : null);

    /// <summary>The row to save.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="workspaceId">The workspace, unless the draft names one.</param>
    /// <param name="createdBy">The user, unless the draft names one.</param>
    /// <param name="onFailure">The template to start when an execution fails, unless the draft says anything of it.</param>
    /// <exception cref="ApiException">It is no drawing, or the body is wrong.</exception>
    public TemplateRow ToRow(string id, string? workspaceId, string? createdBy, string? onFailure = null)
    {
        if (Problems.Any(problem => problem.PreventsSaving))
            throw ApiException.Invalid(Problems);
        var request = Body<TemplateRequest>.Read(_json);
        var defaultParams = Find("default_params");
        return new TemplateRow
        {
            Id = id,
            WorkspaceId = request.WorkspaceId ?? workspaceId,
            Name = request.Name,
            Description = request.Description,
            Category = request.Category,
            NodesJson = Find("nodes"),
            EdgesJson = Find("edges") is { ValueKind: JsonValueKind.Array } edges ? edges : s_noEdges,
            DefaultParamsJson = defaultParams.ValueKind == JsonValueKind.Object ? defaultParams : null,
            OnFailure = _json.TryGetProperty("on_failure", out _) ? request.OnFailure : onFailure,
            CreatedBy = request.CreatedBy ?? createdBy,
        };
    }

    private static Problem Refusal(Problem problem) => problem with { PreventsSaving = true };

    private JsonElement Find(string name) => Has(name, out var value) || Has(Column(name), out value) ? value : default;

    private bool Has(string name, out JsonElement value) => _json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private IEnumerable<Problem> GivenTwice() =>
        from name in (string[])["nodes", "edges", "default_params"]
        where Has(name, out _) && Has(Column(name), out _)
        select new Problem($"/{Column(name)}", $"Both {name} and {Column(name)} are given.", "one of them");

    private Problem AsSent(Problem problem)
    {
        var name = problem.Pointer.Split('/', 3)[1];
        return Has(name, out _) || !Has(Column(name), out _)
            ? problem
            : problem with { Pointer = $"/{Column(name)}{problem.Pointer[(name.Length + 1)..]}" };
    }

    private static string Column(string name) => name + "_json";
}

/// <summary>What is wrong with a template.</summary>
/// <param name="Valid">Whether it can be run.</param>
/// <param name="Errors">Everything that is wrong with it.</param>
internal sealed record TemplateCheck(bool Valid, IReadOnlyList<Problem> Errors);
