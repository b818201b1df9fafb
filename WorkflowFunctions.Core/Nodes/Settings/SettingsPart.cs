using System.Text.Json;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>A value in the settings of a node, ready to be rendered.</summary>
internal abstract record SettingsPart
{
    /// <summary>Writes the value as it is under these variables.</summary>
    public abstract void Write(Utf8JsonWriter writer, ValueScope scope);
}

/// <summary>A value without templates.</summary>
internal sealed record LiteralPart(JsonElement Value) : SettingsPart
{
    public override void Write(Utf8JsonWriter writer, ValueScope scope) => Value.WriteTo(writer);
}

/// <summary>A string with a template in it.</summary>
internal sealed record TemplatePart(LiquidTemplate Template) : SettingsPart
{
    public override void Write(Utf8JsonWriter writer, ValueScope scope) => Template.Write(writer, scope);
}

/// <summary>A condition, which comes to true or false.</summary>
internal sealed record ConditionPart(LiquidTemplate Condition) : SettingsPart
{
    public override void Write(Utf8JsonWriter writer, ValueScope scope) =>
        writer.WriteBooleanValue(LiquidTemplate.IsTrue(Condition, scope));
}

/// <summary>An array with templates somewhere in it.</summary>
internal sealed record ArrayPart(IReadOnlyList<SettingsPart> Items) : SettingsPart
{
    public override void Write(Utf8JsonWriter writer, ValueScope scope)
    {
        writer.WriteStartArray();
        foreach (var item in Items)
            item.Write(writer, scope);
        writer.WriteEndArray();
    }
}

/// <summary>An object with templates somewhere in it.</summary>
internal sealed record ObjectPart(IReadOnlyList<(string Name, SettingsPart Part)> Members) : SettingsPart
{
    public override void Write(Utf8JsonWriter writer, ValueScope scope)
    {
        writer.WriteStartObject();
        foreach (var (name, part) in Members)
        {
            writer.WritePropertyName(name);
            part.Write(writer, scope);
        }

        writer.WriteEndObject();
    }
}
