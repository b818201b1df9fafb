using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Api.Access;

/// <summary>Stops the host at its start rather than let it serve with half a configuration.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) => options switch
    {
        { Jwt: { IsConfigured: true, Audience: null or "" } } => ValidateOptionsResult.Fail(
            "Access:Jwt:Authority is given without Access:Jwt:Audience. A token that was made for another service would be taken."),
        { RequestsPerMinute: < 0 } => ValidateOptionsResult.Fail("Access:RequestsPerMinute is less than 0."),
        _ => ValidateOptionsResult.Success,
    };
}
