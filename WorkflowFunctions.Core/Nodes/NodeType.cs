using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Nodes;

/// <summary>
/// A type of node that workflows may use. Derive from <see cref="NodeType{TSettings}"/>; this base is what the rest of the
/// program sees.
/// </summary>
public abstract class NodeType : INodeShape
{
    /// <summary>The name in a workflow: <c>generate_copy</c>. Letters, digits and underscores.</summary>
    public abstract string Name { get; }

    /// <summary>What the node does, in one sentence, for the palette and the documentation.</summary>
    public abstract string Description { get; }

    /// <summary>The settings that the node takes.</summary>
    public abstract SettingsSchema Schema { get; }

    /// <summary>The branches that a node with these settings can take; none by default.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered.</param>
    protected virtual IReadOnlyList<string> BranchesOf(JsonElement data) => [];

    /// <summary>
    /// The fields that the output always has, for editors that complete what later nodes may read: <c>text</c>,
    /// <c>tokens.input</c>. None by default. Fields that depend on the settings of a node are not among them.
    /// </summary>
    public virtual IReadOnlyList<string> Outputs => [];

    /// <summary>Checks that go beyond the schema; pointers are relative to <c>data</c>.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered: any string may be a template.</param>
    protected virtual IEnumerable<Problem> CheckSettings(JsonElement data) => [];

    /// <summary>Whether a setting is given; null counts as not given.</summary>
    /// <param name="data">The <c>data</c> object of the node.</param>
    /// <param name="name">The setting.</param>
    protected static bool IsGiven(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Finds a setting whose value can be checked now: it is given, and no template that is only known at run time.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered.</param>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value.</param>
    protected static bool TryGetKnown(JsonElement data, string name, out JsonElement value) =>
        data.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null && !IsTemplate(value);

    /// <summary>Whether a value is a string with a template in it.</summary>
    protected static bool IsTemplate(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && LiquidTemplate.IsTemplate(value.GetString()!);

    /// <summary>Whether the node reads what comes in over its edges, besides what its settings name.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered.</param>
    protected internal virtual bool ReadsIncoming(JsonElement data) => false;

    /// <summary>Whether the node reads all params, besides what its settings name.</summary>
    protected internal virtual bool ReadsParams => false;

    /// <summary>Whether a node of this type has a body: the nodes that are drawn in it.</summary>
    public virtual bool HasBody => false;

    /// <summary>
    /// Whether settings are kept as they are: as the items of a body, the params of another execution, the name of a signal. They may
    /// read no secrets then.
    /// </summary>
    protected virtual bool KeepsSettings => HasBody;

    /// <summary>
    /// Whether a node of this type only computes: at once, from its settings and what comes in, with no effect outside. It does
    /// no harm to run such a node twice, so it may run in one step with the node before it, and both be recorded in one commit.
    /// </summary>
    public virtual bool IsPure => false;

    /// <summary>
    /// Whether a node of this type waits, for a time or for somebody: its result is never used again (<see cref="NodePolicy.Cache"/>).
    /// </summary>
    public virtual bool Waits => HasBody;

    /// <summary>
    /// What a result depends on besides the settings, for <see cref="NodePolicy.Cache"/>: the model that is used, for example.
    /// </summary>
    /// <param name="settings">The settings, rendered.</param>
    protected internal virtual string? CacheVariant(JsonElement settings) => null;

    /// <summary>Runs one attempt.</summary>
    /// <param name="settings">The settings, rendered.</param>
    /// <param name="context">What the node may know and use.</param>
    /// <param name="cancellationToken">Fires when the attempt's time is up or the execution is cancelled.</param>
    internal abstract Task<NodeResult> RunAsync(JsonElement settings, NodeContext context, CancellationToken cancellationToken);

    IReadOnlyList<string> INodeShape.Branches(JsonElement data)
    {
        var branches = BranchesOf(data);
        return
            data.TryGetProperty("on_error", out var onError) && onError.ValueKind == JsonValueKind.String && onError.ValueEquals("branch")
            ? [.. branches, Frontier.ErrorBranch]
            : branches;
    }

    SettingsCheck INodeShape.Check(JsonElement data, IReadOnlySet<string> nodeIds, bool isInBody)
    {
        var template = SettingsTemplate.Compile(Schema, data);
        var problems = new List<Problem>();
        problems.AddRange(NodePolicy.Check(data, Schema));
        problems.AddRange(Schema.Check(data, LiquidTemplate.IsTemplate));
        problems.AddRange(template.Problems);
        problems.AddRange(CheckSettings(data));
        if (Waits && IsGiven(data, "cache"))
            problems.Add(new Problem("/cache", $"A node of the type {Name} waits: what it waited for once is not used again.", "no cache"));
        if (KeepsSettings && template.ReadsSecrets)
            problems.Add(
                new Problem("", $"What a {Name} is given is kept in the record, where no secret may be.", "settings that read no secrets"));
        problems.AddRange(UnknownVariables(template, nodeIds, isInBody));
        return new SettingsCheck(problems, [.. References(template, nodeIds)]);
    }

    private static IEnumerable<NodeReference> References(SettingsTemplate template, IReadOnlySet<string> nodeIds) =>
        from read in template.Variables
        let id = NodeIdOf(read.Variable, nodeIds)
        where id is not null
        select new NodeReference(id, read.Pointer);

    private static IEnumerable<Problem> UnknownVariables(SettingsTemplate template, IReadOnlySet<string> nodeIds, bool isInBody) =>
        from read in template.Variables
        where !read.Variable.HasDefault && !IsKnown(read.Variable.Root, nodeIds, isInBody)
        select new Problem(
            read.Pointer,
            $"The variable '{read.Variable.Text}' is not known.",
            $"params, nodes.<id>, execution{(isInBody ? ", item, index" : "")} or secrets, or the id of a node before this one");

    private static bool IsKnown(string root, IReadOnlySet<string> nodeIds, bool isInBody) =>
        root is "item" or "index" ? isInBody : ValueScope.ReservedNames.Contains(root) || nodeIds.Contains(root);

    /// <summary>The node whose output a variable reads; null if it reads none, or one that is only known at run time.</summary>
    internal static string? NodeIdOf(VariablePath variable, IReadOnlySet<string> nodeIds) =>
        variable.Root == "nodes" ? variable.Member
        : ValueScope.ReservedNames.Contains(variable.Root) || !nodeIds.Contains(variable.Root) ? null
        : variable.Root;
}

/// <summary>A type of node, with the class that holds its settings.</summary>
/// <typeparam name="TSettings">
/// A record whose properties are the settings (snake_case in the file). Attributes on them become the JSON Schema: see
/// <see cref="SettingsSchema"/>.
/// </typeparam>
public abstract class NodeType<TSettings> : NodeType
    where TSettings : class
{
    /// <inheritdoc/>
    public sealed override SettingsSchema Schema { get; } = SettingsSchema.Of<TSettings>();

    internal sealed override Task<NodeResult> RunAsync(JsonElement settings, NodeContext context, CancellationToken cancellationToken)
    {
        var problems = Schema.Check(settings, static _ => false, context.Quote).ToList();
        return problems.Count > 0
            ? throw new NodeFailedException(
                string.Join(" ", problems.Select(problem => $"{problem.Pointer}: {problem.Detail} Expected {problem.Expected}.")),
                isTransient: false)
            : RunAsync(settings.Deserialize<TSettings>(SettingsSchema.Json)!, context, cancellationToken);
    }

    /// <summary>Runs one attempt.</summary>
    /// <param name="settings">The settings, rendered and checked.</param>
    /// <param name="context">What the node may know and use.</param>
    /// <param name="cancellationToken">Fires when the attempt's time is up or the execution is cancelled.</param>
    /// <exception cref="NodeFailedException">The attempt failed, and the node knows whether another one may help.</exception>
    protected abstract Task<NodeResult> RunAsync(TSettings settings, NodeContext context, CancellationToken cancellationToken);
}
